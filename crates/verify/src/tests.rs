mod board;
mod codes;
mod hostile;
mod judge;
mod land;
mod proofs;
mod town;
