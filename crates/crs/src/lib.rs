//! Coordinate reference systems, the local metric frame, GCJ-02 and BD-09.
