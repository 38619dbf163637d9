/** Short messages that go by themselves. */
class Notices {
  list = $state.raw<readonly { id: number; text: string; tone: 'info' | 'good' | 'bad' }[]>([]);
  #next = 1;

  tell(text: string, tone: 'info' | 'good' | 'bad' = 'info'): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { id, text, tone }];
    setTimeout(() => this.dismiss(id), tone === 'bad' ? 12_000 : 6000);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
