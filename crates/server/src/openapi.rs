//! 接口说明 The OpenAPI 3.1 description, made from the table of routes and the schemas beside it.

use crate::error::ApiError;
use crate::routes::{Answer, Route, all};
use axum::Json;
use serde_json::{Map, Value, json};

/// The schemas by name (JSON Schema 2020-12, as OpenAPI 3.1 has it).
const SCHEMAS: &str = include_str!("schemas.json");

/// `GET /api/openapi.json`.
pub(crate) async fn document() -> Result<Json<Value>, ApiError> {
    describe(&all()).map(Json).map_err(|error| ApiError::internal(&error))
}

fn describe(routes: &[Route]) -> Result<Value, serde_json::Error> {
    let schemas: Value = serde_json::from_str(SCHEMAS)?;
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let path = paths.entry(route.path.replace("{*rest}", "{rest}")).or_insert_with(|| json!({}));
        path[route.method.as_str().to_lowercase()] = operation(route);
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Lifang 里坊", "version": env!("CARGO_PKG_VERSION"),
            "description": "Grids, micro-grids and 15-minute service circles: plans, their layers, edits and jobs. Every route below is there for each plan of the folder under /plans/{file}; without it, it means the plan in front.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [
            { "url": "/", "description": "the plan in front, the folder, uploads" },
            {
                "url": "/plans/{file}", "description": "one plan of the folder",
                "variables": { "file": { "default": "plan.gpkg", "description": "name of the plan file, percent-encoded" } },
            },
        ],
        "paths": paths,
        "components": { "schemas": schemas },
    }))
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let name = name.trim_start_matches('*');
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect();
    parameters.extend(route.query.iter().map(|(name, required, what)| {
        json!({
            "name": name, "in": "query", "required": required, "description": what, "schema": { "type": "string" },
        })
    }));
    let (kind, schema) = match route.answer {
        Answer::Json(schema) => ("application/json", reference(schema)),
        Answer::GeoJson(schema) => ("application/geo+json", reference(schema)),
        Answer::Bytes(kind) => (kind, json!({ "type": "string", "contentMediaType": kind })),
    };
    let mut responses = Map::new();
    let content = json!({ kind: { "schema": schema } });
    responses.insert(route.status.to_string(), json!({ "description": route.summary, "content": content }));
    let problem = json!({
        "description": "What is wrong, and what to do", "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    responses.insert("4XX".to_owned(), problem);
    let mut operation = json!({
        "tags": [route.tag], "summary": route.summary, "parameters": parameters, "responses": responses,
    });
    if let Some(body) = route.body {
        let content = match body {
            "multipart" => json!({ "multipart/form-data": { "schema": { "type": "object" } } }),
            schema => json!({ "application/json": { "schema": reference(schema) } }),
        };
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_described_and_every_schema_named_is_there() {
        let routes = all();
        let document = describe(&routes).unwrap();
        for route in &routes {
            let told = &document["paths"][route.path][route.method.as_str().to_lowercase()];
            assert_eq!(told["summary"], route.summary, "{} {}", route.method, route.path);
        }
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let mut missing = BTreeSet::new();
        named(&document, &mut |name| {
            if !schemas.contains_key(name) {
                missing.insert(name.to_owned());
            }
        });
        assert!(missing.is_empty(), "{missing:?}");
    }

    fn named(value: &Value, found: &mut impl FnMut(&str)) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str().and_then(|text| text.strip_prefix("#/components/schemas/")) {
                        Some(name) if key == "$ref" => found(name),
                        _ => named(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| named(item, found)),
            _ => {}
        }
    }
}
