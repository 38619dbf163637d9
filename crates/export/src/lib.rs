//! Boundary files: GeoJSON, Shapefile, GeoPackage, CSV.
