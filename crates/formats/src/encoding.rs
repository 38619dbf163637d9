//! 字符编码 Chinese text in files that do not say how it is encoded.

use encoding_rs::{GB18030, GBK, UTF_8, WINDOWS_1252};

/// 编码 The encoding text is written in.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, which everything newer than ten years reads.
    #[default]
    Utf8,
    /// GBK (code page 936), for older Chinese desktop software.
    Gbk,
}

impl Encoding {
    /// The encoding by its usual names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_lowercase().as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "gbk" | "gb2312" | "cp936" | "936" => Some(Self::Gbk),
            _ => None,
        }
    }

    /// What a `.cpg` says.
    pub(crate) const fn cpg(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
        }
    }

    /// The text in this encoding, or the first character it lacks.
    pub(crate) fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Gbk => {
                let (bytes, _, lossy) = GBK.encode(text);
                if !lossy {
                    return Ok(bytes.into_owned());
                }
                let lacks = |c: &char| GBK.encode(c.encode_utf8(&mut [0; 4])).2;
                Err(text.chars().find(lacks).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
        }
    }
}

/// How text of a file is to be read, and how that was found.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    encoding: &'static encoding_rs::Encoding,
    /// For `FeatureTable::encoding`.
    pub note: String,
}

impl Decoder {
    /// By a label from the user, a `.cpg` or the like; `None` for a label nobody knows.
    pub(crate) fn by_label(label: &str, found: &str) -> Option<Self> {
        let plain: String = label
            .trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}')
            .to_lowercase()
            .chars()
            .filter(|c| !matches!(c, ' ' | '_'))
            .collect();
        let encoding = match plain.as_str() {
            "utf-8" | "utf8" | "65001" | "cp65001" => UTF_8,
            // GB 18030 holds GBK and GB 2312 and is what software really writes under those names.
            "gbk" | "gb2312" | "gb18030" | "936" | "cp936" | "ansi936" | "oem936" | "windows-936"
            | "ms936" => GB18030,
            "950" | "cp950" | "ansi950" | "big5" => encoding_rs::BIG5,
            "932" | "cp932" | "ansi932" => encoding_rs::SHIFT_JIS,
            "949" | "cp949" | "ansi949" => encoding_rs::EUC_KR,
            other => {
                let digits = other.trim_start_matches("ansi").trim_start_matches("cp");
                match digits {
                    "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
                        encoding_rs::Encoding::for_label(format!("windows-{digits}").as_bytes())?
                    }
                    _ => encoding_rs::Encoding::for_label(other.as_bytes())
                        .or_else(|| encoding_rs::Encoding::for_label(format!("iso-{other}").as_bytes()))?,
                }
            }
        };
        Some(Self { encoding, note: format!("{} ({found})", encoding.name()) })
    }

    /// By the bytes: valid UTF-8 is UTF-8, else Chinese, else Western.
    pub(crate) fn sniff<'a>(texts: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        if texts.clone().all(<[u8]>::is_ascii) {
            return Self { encoding: UTF_8, note: "UTF-8 (only ASCII found)".into() };
        }
        let fits = |encoding: &'static encoding_rs::Encoding| {
            texts
                .clone()
                .all(|bytes| encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some())
        };
        if fits(UTF_8) {
            Self { encoding: UTF_8, note: "UTF-8 (found by its bytes)".into() }
        } else if fits(GB18030) {
            Self { encoding: GB18030, note: "gb18030 (found by its bytes)".into() }
        } else {
            Self { encoding: WINDOWS_1252, note: "windows-1252 (neither UTF-8 nor Chinese)".into() }
        }
    }

    /// Decodes; the flag says that some bytes meant nothing and became �.
    pub(crate) fn decode(&self, bytes: &[u8]) -> (String, bool) {
        let (text, lossy) = self.encoding.decode_without_bom_handling(bytes);
        (text.into_owned(), lossy)
    }
}
