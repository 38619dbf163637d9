//! Where a station would help: LSCP, MCLP, p-median with bounds.
