//! 解压 Takes the files out of a ZIP archive, if it is what it claims to be and no trap.

use crate::error::ApiError;
use std::io::{Read as _, Write as _};
use std::path::Path;
use zip::ZipArchive;

/// Most files in an archive.
const ENTRIES: usize = 200;

/// Most bytes taken out of an archive.
const UNPACKED: u64 = 2 << 30;

/// Unpacks an archive that lies in the folder and removes it; adds the names of its files.
pub(super) fn unpack(folder: &Path, archive: &str, files: &mut Vec<String>) -> Result<(), ApiError> {
    let refuse = |what: &str| ApiError::BadRequest(format!("{archive}: {what}"));
    let failed = |error: std::io::Error| ApiError::internal(&error);
    let path = folder.join(archive);
    let opened = std::fs::File::open(&path).map_err(failed)?;
    let mut zip =
        ZipArchive::new(opened).map_err(|error| refuse(&format!("this is no ZIP archive: {error}")))?;
    if zip.len() > ENTRIES {
        return Err(refuse(&format!("more than {ENTRIES} files are in it")));
    }
    let mut left = UNPACKED;
    for at in 0..zip.len() {
        let mut entry =
            zip.by_index(at).map_err(|error| refuse(&format!("a file in it cannot be read: {error}")))?;
        if entry.is_dir() {
            continue;
        }
        if entry.encrypted() {
            return Err(refuse("it is encrypted; unpack it first"));
        }
        if entry.is_symlink() {
            return Err(refuse("it holds links; pack the files themselves"));
        }
        // Archives made on Chinese Windows name their files in GBK without saying so.
        let name = match std::str::from_utf8(entry.name_raw()) {
            Ok(name) => name.to_owned(),
            Err(_) => encoding_rs::GBK.decode(entry.name_raw()).0.into_owned(),
        };
        let Some(name) = flat(&name).map_err(|what| refuse(&what))? else { continue };
        if name.to_lowercase().ends_with(".zip") {
            return Err(refuse("it holds another archive; unpack that first"));
        }
        let mut out = std::fs::File::create_new(folder.join(&name)).map_err(|_there_already| {
            refuse(&format!("it holds {name:?} twice, or beside a file of that name"))
        })?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            let got =
                entry.read(&mut buffer).map_err(|error| refuse(&format!("{name:?} is damaged: {error}")))?;
            if got == 0 {
                break;
            }
            left = left.checked_sub(got as u64).ok_or_else(|| {
                ApiError::TooLarge(format!("{archive}: more than {} GiB unpacked", UNPACKED >> 30))
            })?;
            out.write_all(&buffer[..got]).map_err(failed)?;
        }
        files.push(name);
    }
    drop(zip);
    std::fs::remove_file(&path).map_err(failed)
}

/// A path in an archive as one name; `None` for what systems put beside the files.
fn flat(path: &str) -> Result<Option<String>, String> {
    let path = path.replace('\\', "/");
    if path.starts_with('/') || path.chars().any(char::is_control) || path.contains(':') {
        return Err(format!("{path:?} leads out of it"));
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err(format!("{path:?} leads out of it"));
    }
    if parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX" || *part == "Thumbs.db") {
        return Ok(None);
    }
    let name = parts.join("-");
    if name.is_empty() || name.len() > 180 {
        return Err("a name in it is empty or too long".to_owned());
    }
    Ok(Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(entries: &[(&str, &[u8])]) -> (tempfile::TempDir, Result<Vec<String>, ApiError>) {
        let folder = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(folder.path().join("a.zip")).unwrap();
        let mut zip = ZipWriter::new(file);
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap();
        let mut files = Vec::new();
        let done = unpack(folder.path(), "a.zip", &mut files).map(|()| files);
        (folder, done)
    }

    #[test]
    fn files_come_out_flat_and_the_archive_goes() {
        let (folder, files) =
            archive(&[("数据/楼栋.shp", b"x"), ("__MACOSX/._x", b"y"), ("edge.geojson", b"{}")]);
        assert_eq!(files.unwrap(), ["数据-楼栋.shp", "edge.geojson"]);
        assert!(!folder.path().join("a.zip").exists());
    }

    #[test]
    fn tricks_are_refused() {
        for name in ["../x.shp", "/etc/x.shp", "a/../../x.shp", "C:\\x.shp", "..\\x.shp", "in.zip"] {
            let (folder, files) = archive(&[(name, b"x")]);
            assert!(matches!(files, Err(ApiError::BadRequest(_))), "{name}");
            assert!(!folder.path().parent().unwrap().join("x.shp").exists());
        }
        let many: Vec<String> = (0..=ENTRIES).map(|at| format!("{at}.csv")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert!(archive(&many).1.is_err());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.zip"), b"PK\x03\x04 nonsense").unwrap();
        assert!(matches!(unpack(folder.path(), "a.zip", &mut Vec::new()), Err(ApiError::BadRequest(_))));
    }
}
