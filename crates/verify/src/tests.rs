mod board;
mod codes;
mod hostile;
mod land;
mod proofs;
mod town;
