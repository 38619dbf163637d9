//! Groups: a line with a code, a line with a value (AutoCAD DXF Reference, "DXF File Structure").

use crate::encoding::Decoder;

/// How binary drawings begin, and drawings in AutoCAD's own format.
const BINARY: &[u8] = b"AutoCAD Binary DXF";
const DWG: &[u8] = b"AC10";

/// Release 2007, from which on texts are UTF-8 whatever the code page says.
const UNICODE: u32 = 1021;

/// Whether the bytes are a drawing in text: it begins with a section, comments (999) apart.
pub(crate) fn is_dxf(head: &[u8], extension: &str) -> bool {
    if foreign(head).is_some() {
        return false;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = head.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    loop {
        match (lines.next(), lines.next()) {
            (Some(b"999"), Some(_)) => {}
            (Some(b"0"), Some(b"SECTION")) => return true,
            (Some(b""), None) | (None, _) => return false,
            // A damaged beginning is told as one by the reader.
            _ => return extension == "dxf",
        }
    }
}

/// What a drawing in another format is, and what to do with it.
pub(crate) fn foreign(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if head.starts_with(BINARY) {
        Some(("a binary drawing", "Save it as DXF in text (ASCII)"))
    } else if head.starts_with(DWG) {
        Some(("an AutoCAD drawing (DWG)", "Save it as DXF in the CAD program"))
    } else {
        None
    }
}

/// How the texts of a drawing are to be read: what the header says, else what the bytes look like.
pub(super) fn decoder(bytes: &[u8]) -> Decoder {
    let variable = |name: &[u8]| -> Option<String> {
        let at = bytes.windows(name.len()).position(|at| at == name)?;
        // The name's own line, the code, the value.
        let value = bytes.get(at..)?.split(|&b| b == b'\n').nth(2)?;
        Some(String::from_utf8_lossy(value).trim().to_owned())
    };
    let release = variable(b"$ACADVER").and_then(|v| v.trim_start_matches("AC").parse::<u32>().ok());
    if release.is_some_and(|release| release >= UNICODE)
        && let Some(decoder) = Decoder::by_label("UTF-8", "release 2007 or later")
        && !decoder.decode(bytes).1
    {
        return decoder;
    }
    let stated = variable(b"$DWGCODEPAGE").and_then(|page| Decoder::by_label(&page, "$DWGCODEPAGE"));
    // Many programs write ANSI_1252 over whatever they hold; it takes any byte, so it proves nothing.
    let western = |decoder: &Decoder| decoder.note.starts_with("windows-1252");
    match stated {
        Some(decoder) if !western(&decoder) && !decoder.decode(bytes).1 => decoder,
        _ => Decoder::sniff(std::iter::once(bytes)),
    }
}

/// A group and the line of its code, counted from 1.
#[derive(Copy, Clone, Debug)]
pub(super) struct Group<'a> {
    pub code: i32,
    pub value: &'a str,
    pub line: u64,
}

/// The groups of a drawing, up to the first line that is no code.
pub(super) struct Groups<'a> {
    lines: std::str::Lines<'a>,
    line: u64,
    /// Where reading ended early, and what stood there.
    pub broken: Option<(u64, String)>,
}

impl<'a> Groups<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { lines: text.lines(), line: 0, broken: None }
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = Group<'a>;

    fn next(&mut self) -> Option<Group<'a>> {
        loop {
            let code = self.lines.next()?;
            let line = self.line + 1;
            self.line += 2;
            let Ok(number) = code.trim().parse() else {
                // Empty lines after the end are no fault.
                if !code.trim().is_empty() || self.lines.clone().any(|line| !line.trim().is_empty()) {
                    self.broken = Some((line, code.trim().chars().take(40).collect()));
                }
                return None;
            };
            let Some(value) = self.lines.next() else {
                self.broken = Some((line, "the end of the file".to_owned()));
                return None;
            };
            if number != 999 {
                return Some(Group { code: number, value: value.trim_end_matches('\r'), line });
            }
        }
    }
}
