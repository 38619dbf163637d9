//! 上传 Files people bring: taken into a folder of their own, looked at, and only then made into a plan.

mod make;
mod table;
mod unpack;

pub(crate) use make::plan;

use crate::answer::ours;
use crate::error::ApiError;
use crate::state::Served;
use axum::Json;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use lifang_planner::preview;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// Largest upload, bytes: a district's layers. More is made into a plan at the command line.
pub(crate) const LARGEST: usize = 512 << 20;

/// Most files in one upload.
const FILES: usize = 60;

/// Uploads kept; the oldest goes first.
const KEPT: usize = 8;

/// Longest value of a plain field, bytes.
const FIELD: usize = 64;

/// 上传 Files that came together. They are gone when nobody needs them any more.
#[derive(Debug)]
pub(crate) struct Upload {
    id: String,
    folder: TempDir,
    /// Names of the files, unpacked.
    files: Vec<String>,
    previews: Vec<Value>,
}

impl Upload {
    fn told(&self) -> Value {
        json!({ "id": self.id, "files": self.previews })
    }

    /// Where a file of this name lies. Only names that came with the upload are known.
    pub(crate) fn file(&self, name: &str) -> Result<std::path::PathBuf, ApiError> {
        match self.files.iter().find(|file| *file == name) {
            Some(file) => Ok(self.folder.path().join(file)),
            None => Err(ApiError::BadRequest(format!("the upload holds no file {name:?}"))),
        }
    }
}

/// See the module.
#[derive(Default)]
pub(crate) struct Uploads(Mutex<(u64, BTreeMap<u64, Arc<Upload>>)>);

impl Uploads {
    fn lock(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Arc<Upload>>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(id: &str) -> Option<u64> {
        id.strip_prefix('u')?.parse().ok()
    }

    pub(crate) fn find(&self, id: &str) -> Result<Arc<Upload>, ApiError> {
        Self::number(id).and_then(|number| self.lock().1.get(&number).cloned()).ok_or_else(|| {
            ApiError::NotFound("there is no such upload any more; send the files again".to_owned())
        })
    }

    fn keep(&self, folder: TempDir, files: Vec<String>, previews: Vec<Value>) -> Arc<Upload> {
        let mut held = self.lock();
        let (next, uploads) = &mut *held;
        while uploads.len() >= KEPT {
            uploads.pop_first();
        }
        *next += 1;
        let upload = Arc::new(Upload { id: format!("u{next}"), folder, files, previews });
        uploads.insert(*next, Arc::clone(&upload));
        upload
    }

    fn forget(&self, id: &str) -> bool {
        Self::number(id).is_some_and(|number| self.lock().1.remove(&number).is_some())
    }
}

/// A file name that came over the wire, as the name of a file in a folder of our own: its last part, if that is harmless.
fn harmless(name: &str) -> Result<String, ApiError> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let bad = last.is_empty()
        || last.len() > 180
        || last.starts_with('.')
        || last.chars().any(|c| c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|'));
    if bad {
        return Err(ApiError::BadRequest("a file has a name that cannot be used; rename it".to_owned()));
    }
    Ok(last.to_owned())
}

/// `POST /api/uploads`: files as `multipart/form-data`; a field `encoding` says the encoding of shapefile tables.
pub(crate) async fn upload(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    ours(&headers)?;
    let mut form = form.map_err(|rejection| ApiError::WrongType(rejection.body_text()))?;
    let failed = |error: std::io::Error| ApiError::internal(&error);
    let folder = tempfile::Builder::new().prefix("lifang-upload-").tempdir().map_err(failed)?;
    let mut names: Vec<String> = Vec::new();
    let mut encoding = None;
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let Some(name) = field.file_name().map(str::to_owned) else {
            let wanted = field.name() == Some("encoding");
            let text = field.text().await.map_err(|error| broken(&error))?;
            if wanted && !text.is_empty() && text.len() <= FIELD {
                encoding = Some(text);
            }
            continue;
        };
        let name = harmless(&name)?;
        if names.len() >= FILES {
            return Err(ApiError::TooLarge(format!("more than {FILES} files; send them as one ZIP archive")));
        }
        if names.contains(&name) {
            return Err(ApiError::BadRequest(format!("two files are called {name:?}")));
        }
        // Only this program writes here; the system's own buffers take the bytes.
        let mut file = std::fs::File::create_new(folder.path().join(&name)).map_err(failed)?;
        while let Some(bytes) = field.chunk().await.map_err(|error| broken(&error))? {
            file.write_all(&bytes).map_err(failed)?;
        }
        names.push(name);
    }
    if names.is_empty() {
        return Err(ApiError::BadRequest("no file came with the request".to_owned()));
    }
    let (folder, files, previews) = served.work(move || look(folder, names, encoding.as_deref())).await?;
    let told = served.uploads.keep(folder, files, previews).told();
    Ok((StatusCode::CREATED, Json(told)))
}

fn broken(error: &MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::TooLarge(format!("more than {} MiB; make the plan with `lifang new`", LARGEST >> 20))
        }
        _ => ApiError::BadRequest(error.body_text()),
    }
}

/// Unpacks archives and looks at every file; one that cannot be read says why, the others are looked at all the same.
fn look(
    folder: TempDir,
    names: Vec<String>,
    encoding: Option<&str>,
) -> Result<(TempDir, Vec<String>, Vec<Value>), ApiError> {
    let mut files = Vec::new();
    for name in names {
        if name.to_lowercase().ends_with(".zip") {
            unpack::unpack(folder.path(), &name, &mut files)?;
        } else {
            files.push(name);
        }
    }
    files.sort();
    let stems: Vec<String> =
        files.iter().filter_map(|file| Some(file.strip_suffix(".shp")?.to_owned())).collect();
    let mut previews = Vec::new();
    for file in &files {
        if beside(file, &stems) {
            continue;
        }
        let path = folder.path().join(file);
        let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
        let lower = file.to_lowercase();
        previews.push(if lower.ends_with(".pbf") {
            json!({ "file": file, "bytes": bytes, "kind": "osm", "layers": [], "problem": null })
        } else {
            match preview::layers(&path, encoding) {
                Ok(layers) => {
                    json!({ "file": file, "bytes": bytes, "kind": "layers", "layers": layers, "problem": null })
                }
                Err(error) => {
                    // The folder is ours; people know the file by its name.
                    let text = error.to_string().replace(&format!("{}/", folder.path().display()), "");
                    json!({ "file": file, "bytes": bytes, "kind": "unknown", "layers": [], "problem": text })
                }
            }
        });
    }
    Ok((folder, files, previews))
}

/// Whether a file only belongs to another, as the parts of a shapefile do.
fn beside(file: &str, stems: &[String]) -> bool {
    let lower = file.to_lowercase();
    let of_shape = ["dbf", "shx", "prj", "cpg", "sbn", "sbx", "qix", "qpj"];
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((lower.as_str(), ""));
    let known = stems.iter().any(|known| known.to_lowercase() == stem);
    (known && of_shape.contains(&ending))
        || lower.ends_with(".shp.xml")
        || matches!(ending, "qmd" | "qml" | "sld")
}

/// `GET /api/uploads/{id}`.
pub(crate) async fn one(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    served.uploads.find(&id).map(|upload| Json(upload.told()))
}

/// `DELETE /api/uploads/{id}`.
pub(crate) async fn forget(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    ours(&headers)?;
    if served.uploads.forget(&id) {
        Ok(Json(json!({ "id": id })))
    } else {
        Err(ApiError::NotFound("there is no such upload".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_lead_nowhere() {
        assert_eq!(harmless("C:\\Users\\x\\楼栋.shp").unwrap(), "楼栋.shp");
        assert_eq!(harmless("../../etc/passwd").unwrap(), "passwd");
        for name in ["", "..", "a/..", ".bashrc", "a\0b", "a:b", "x/"] {
            assert!(harmless(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn the_parts_of_a_shapefile_are_one_layer() {
        let stems = ["楼栋".to_owned()];
        assert!(beside("楼栋.dbf", &stems) && beside("楼栋.PRJ", &stems) && beside("楼栋.shp.xml", &stems));
        assert!(!beside("楼栋.shp", &stems) && !beside("户数.dbf", &stems) && !beside("a.csv", &stems));
    }
}
