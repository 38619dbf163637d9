//! A uniform grid over segments or points: the one spatial index of this crate.

use lifang_model::{Extent, Point};

/// Items filed under the square cells they touch.
pub(crate) struct Grid {
    min: (i64, i64),
    cell: i64,
    /// One over the side.
    per_cell: f64,
    cols: i64,
    rows: i64,
    start: Vec<u32>,
    items: Vec<u32>,
}

impl Grid {
    /// Files `n` segments.
    pub(crate) fn of_segments(n: usize, at: impl Fn(usize) -> (Point, Point)) -> Self {
        let extent = Extent::of((0..n).flat_map(|i| <[Point; 2]>::from(at(i))));
        let mut grid = Self::empty(extent, n);
        let mut count = vec![0u32; grid.cells() + 1];
        // Every cell with the item filed there, item by item.
        let mut filed: Vec<(u32, u32)> = Vec::with_capacity(2 * n);
        for i in 0..n {
            let (a, b) = at(i);
            grid.spans(a, b, 1, |row, c0, c1| {
                for col in c0..=c1 {
                    let cell = (row * grid.cols + col) as u32;
                    count[cell as usize + 1] += 1;
                    filed.push((cell, i as u32));
                }
            });
        }
        for i in 1..count.len() {
            count[i] += count[i - 1];
        }
        let mut fill = count.clone();
        let mut items = vec![0u32; filed.len()];
        for (cell, item) in filed {
            let slot = &mut fill[cell as usize];
            items[*slot as usize] = item;
            *slot += 1;
        }
        grid.start = count;
        grid.items = items;
        grid
    }

    /// Files points, each in the one cell that holds it.
    pub(crate) fn of_points(points: &[Point]) -> Self {
        let mut grid = Self::empty(Extent::of(points.iter().copied()), points.len());
        let key = |p: &Point| (grid.row(i64::from(p.y)) * grid.cols + grid.col(i64::from(p.x))) as usize;
        let mut count = vec![0u32; grid.cells() + 1];
        for p in points {
            count[key(p) + 1] += 1;
        }
        for i in 1..count.len() {
            count[i] += count[i - 1];
        }
        let mut fill = count.clone();
        let mut items = vec![0u32; points.len()];
        for (i, p) in points.iter().enumerate() {
            let slot = &mut fill[key(p)];
            items[*slot as usize] = i as u32;
            *slot += 1;
        }
        grid.start = count;
        grid.items = items;
        grid
    }

    /// Cells about as many as items, so that neither time nor memory depends on how far apart things lie.
    fn empty(extent: Option<Extent>, n: usize) -> Self {
        let e = extent.unwrap_or(Extent { min: Point::default(), max: Point::default() });
        let w = i64::from(e.max.x) - i64::from(e.min.x) + 1;
        let h = i64::from(e.max.y) - i64::from(e.min.y) + 1;
        let wanted = (n as f64).max(1.0);
        // A flat strip has at least one row, so the side is also bounded by the longer side over the count.
        let side = (w as f64 * h as f64 / wanted).sqrt().max(w.max(h) as f64 / wanted);
        let cell = (side.ceil() as i64).max(64);
        let (cols, rows) = (w / cell + 1, h / cell + 1);
        Self {
            min: (i64::from(e.min.x), i64::from(e.min.y)),
            cell,
            per_cell: 1.0 / cell as f64,
            cols,
            rows,
            start: Vec::new(),
            items: Vec::new(),
        }
    }

    pub(crate) fn cells(&self) -> usize {
        (self.cols * self.rows) as usize
    }

    /// The items of a cell.
    pub(crate) fn cell(&self, index: usize) -> &[u32] {
        &self.items[self.start[index] as usize..self.start[index + 1] as usize]
    }

    fn row(&self, y: i64) -> i64 {
        self.place(y - self.min.1).min(self.rows - 1)
    }

    fn col(&self, x: i64) -> i64 {
        self.place(x - self.min.0).min(self.cols - 1)
    }

    /// The cell a distance from the origin falls in; the first one if it is negative. Half a millimetre more keeps the quotient
    /// farther from the next whole number than the product can be wrong, so this is the integer division, but faster.
    fn place(&self, off: i64) -> i64 {
        (((off as f64 + 0.5) * self.per_cell) as i64).max(0)
    }

    /// Calls `f(row, first column, last column)` for the cells a segment comes within `margin` mm of.
    fn spans(&self, a: Point, b: Point, margin: i64, mut f: impl FnMut(i64, i64, i64)) {
        let (lo, hi) = if a.y <= b.y { (a, b) } else { (b, a) };
        let (r0, r1) = (self.row(i64::from(lo.y) - margin), self.row(i64::from(hi.y) + margin));
        let (x0, x1) = (i64::from(lo.x.min(hi.x)), i64::from(lo.x.max(hi.x)));
        if r0 == r1 || lo.y == hi.y {
            let (c0, c1) = (self.col(x0 - margin), self.col(x1 + margin));
            (r0..=r1).for_each(|row| f(row, c0, c1));
            return;
        }
        let slope = (f64::from(hi.x) - f64::from(lo.x)) / (f64::from(hi.y) - f64::from(lo.y));
        for row in r0..=r1 {
            let south = self.min.1 + row * self.cell - margin;
            let x_at = |y: i64| {
                let y = (y as f64).clamp(f64::from(lo.y), f64::from(hi.y));
                f64::from(lo.x) + (y - f64::from(lo.y)) * slope
            };
            let (p, q) = (x_at(south), x_at(south + self.cell + 2 * margin));
            // One more millimetre covers the rounding of the interpolation.
            let c0 = self.col((p.min(q).floor() as i64 - margin - 1).max(x0 - margin));
            let c1 = self.col((p.max(q).ceil() as i64 + margin + 1).min(x1 + margin));
            f(row, c0, c1);
        }
    }

    /// Calls `f` for every item filed near a segment; an item may come several times.
    pub(crate) fn near(&self, a: Point, b: Point, margin: i64, mut f: impl FnMut(u32)) {
        if self.items.is_empty() {
            return;
        }
        self.spans(a, b, margin, |row, c0, c1| {
            for col in c0..=c1 {
                self.cell((row * self.cols + col) as usize).iter().for_each(|&item| f(item));
            }
        });
    }

    /// Calls `f` for every item filed in the cells a box touches; an item may come several times.
    pub(crate) fn within(&self, extent: Extent, mut f: impl FnMut(u32)) {
        if self.items.is_empty() {
            return;
        }
        let (c0, c1) = (self.col(i64::from(extent.min.x)), self.col(i64::from(extent.max.x)));
        for row in self.row(i64::from(extent.min.y))..=self.row(i64::from(extent.max.y)) {
            for col in c0..=c1 {
                self.cell((row * self.cols + col) as usize).iter().for_each(|&item| f(item));
            }
        }
    }

    /// Calls `f` for the cells west of a point, nearest first, with the western edge of each in mm, until it says stop.
    pub(crate) fn westward(&self, x: f64, y: f64, mut f: impl FnMut(&[u32], i64) -> bool) {
        let north = self.min.1 + self.rows * self.cell;
        if self.items.is_empty() || y < self.min.1 as f64 || y > north as f64 || x < self.min.0 as f64 {
            return;
        }
        let row = self.row(y.floor() as i64);
        let mut col = self.col(x.floor() as i64);
        while col >= 0 {
            if f(self.cell((row * self.cols + col) as usize), self.min.0 + col * self.cell) {
                return;
            }
            col -= 1;
        }
    }
}
