mod board;
mod codes;
mod hostile;
mod judge;
mod land;
mod pockets;
mod proofs;
mod town;
