//! Feature tables to a territory: columns, use classes, counts, estimates, the privacy gate.
