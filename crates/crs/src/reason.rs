//! 缘由 Why a coordinate system is a candidate: a key and its values, so that other languages can say it too.

/// 缘由 See the module. Its text is English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the texts say what each means")]
pub enum Reason {
    #[error("declared as a local survey grid")]
    DeclaredLocal,
    #[error("declared as {name}, and the numbers are degrees")]
    DeclaredDegrees { name: String },
    #[error("declared as {name}, but latitude comes first")]
    DeclaredLatitudeFirst { name: String },
    #[error("declared as {name}, but the numbers are no degrees")]
    DeclaredNoDegrees { name: String },
    #[error("declared as {name}, but the numbers look like degrees")]
    DeclaredYetDegrees { name: String },
    #[error("declared as {name}, but the eastings carry zone number {zone}")]
    DeclaredOtherZone { name: String, zone: u32 },
    #[error("declared as {name}, but the northing comes first and the easting carries zone number {zone}")]
    DeclaredNorthingFirst { name: String, zone: u32 },
    #[error("declared as {name}, but the eastings carry no zone number")]
    DeclaredNoZone { name: String },
    #[error("declared as {name}")]
    Declared { name: String },
    #[error("the numbers are degrees of longitude and latitude")]
    Degrees,
    #[error("degrees in China: official data is CGCS2000, the same as WGS 84 to a decimetre")]
    OfficialDegrees,
    #[error("degrees in China: data taken from Amap or Tencent is GCJ-02, up to 700 m away")]
    AmapDegrees,
    #[error("degrees in China: data taken from Baidu is BD-09, up to 1.7 km away")]
    BaiduDegrees,
    #[error(
        "8-digit eastings begin with {zone}: {width}° zone {zone} of {datum}, central meridian {meridian}°E"
    )]
    Zone { zone: u32, width: u32, datum: String, meridian: u32 },
    #[error("the numbers fit China in Web Mercator metres")]
    WebMercator,
    #[error(
        "6-digit eastings without a zone number: some Gauss-Krüger or UTM zone, but which one the numbers cannot \
         tell. Name it (e.g. EPSG:4545 for 108°E), or go on as a local grid, without longitude and latitude"
    )]
    SomeZone,
    #[error("the numbers may be metres of a local survey grid; its relation to Earth is unknown")]
    LocalMetres,
}

impl Reason {
    /// 键 Every key there is.
    pub const KEYS: [&str; 17] = [
        "declared_local",
        "declared_degrees",
        "declared_latitude_first",
        "declared_no_degrees",
        "declared_yet_degrees",
        "declared_other_zone",
        "declared_northing_first",
        "declared_no_zone",
        "declared",
        "degrees",
        "official_degrees",
        "amap_degrees",
        "baidu_degrees",
        "zone",
        "web_mercator",
        "some_zone",
        "local_metres",
    ];

    /// 键 The word programs go by, one of [`Self::KEYS`].
    #[must_use]
    pub const fn key(&self) -> &'static str {
        let at = match self {
            Self::DeclaredLocal => 0,
            Self::DeclaredDegrees { .. } => 1,
            Self::DeclaredLatitudeFirst { .. } => 2,
            Self::DeclaredNoDegrees { .. } => 3,
            Self::DeclaredYetDegrees { .. } => 4,
            Self::DeclaredOtherZone { .. } => 5,
            Self::DeclaredNorthingFirst { .. } => 6,
            Self::DeclaredNoZone { .. } => 7,
            Self::Declared { .. } => 8,
            Self::Degrees => 9,
            Self::OfficialDegrees => 10,
            Self::AmapDegrees => 11,
            Self::BaiduDegrees => 12,
            Self::Zone { .. } => 13,
            Self::WebMercator => 14,
            Self::SomeZone => 15,
            Self::LocalMetres => 16,
        };
        Self::KEYS[at]
    }

    /// 值 What the text names, by name.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::DeclaredDegrees { name }
            | Self::DeclaredLatitudeFirst { name }
            | Self::DeclaredNoDegrees { name }
            | Self::DeclaredYetDegrees { name }
            | Self::DeclaredNoZone { name }
            | Self::Declared { name } => vec![("name", name.clone())],
            Self::DeclaredOtherZone { name, zone } | Self::DeclaredNorthingFirst { name, zone } => {
                vec![("name", name.clone()), ("zone", zone.to_string())]
            }
            Self::Zone { zone, width, datum, meridian } => vec![
                ("zone", zone.to_string()),
                ("width", width.to_string()),
                ("datum", datum.clone()),
                ("meridian", meridian.to_string()),
            ],
            Self::DeclaredLocal
            | Self::Degrees
            | Self::OfficialDegrees
            | Self::AmapDegrees
            | Self::BaiduDegrees
            | Self::WebMercator
            | Self::SomeZone
            | Self::LocalMetres => Vec::new(),
        }
    }
}
