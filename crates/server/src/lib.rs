//! HTTP: the map page, GeoJSON layers, figures.
