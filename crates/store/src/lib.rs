//! The plan file: a GeoPackage with inputs, fabric, plans and results.
