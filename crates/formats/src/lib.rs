//! Bytes to feature tables and back: GeoJSON, Shapefile, GeoPackage, OSM PBF, CSV.
