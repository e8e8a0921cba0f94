//! `GET /docs`: the description as a page. Everything on it comes out of the binary; nothing is fetched from elsewhere.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
};
use sportello_domain::refusal::Code;
use utoipa_swagger_ui::Config;

use crate::http::{context::Context, problem::Problem};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const START: &str = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null, \
    presets: [SwaggerUIBundle.presets.apis] });\n";

/// The files of the page that are served, of those that the binary holds.
const ASSETS: [&str; 4] = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-16x16.png", "favicon-32x32.png"];

/// This description as a page to read and to try.
#[get("/docs")]
pub(super) async fn page(request: HttpRequest) -> HttpResponse {
    let language = Context::of(&request).language;
    let title = language.pick("Sportello: API", "Sportello: API reference");
    let hint =
        language.pick("Questa pagina usa JavaScript. La stessa descrizione è in", "This page uses JavaScript. The same description is at");
    let body = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"/docs/favicon-32x32.png\">\n<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\n</head>\n<body>\n\
         <div id=\"page\"></div>\n<noscript>{hint} <a href=\"/openapi.json\">/openapi.json</a></noscript>\n\
         <script src=\"/docs/swagger-ui-bundle.js\"></script>\n<script src=\"/docs/start.js\"></script>\n</body>\n</html>\n"
    );
    served("text/html; charset=utf-8", body.into_bytes())
}

/// A file of the page.
#[get("/docs/{asset}")]
pub(super) async fn asset(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let name = request.match_info().get("asset").unwrap_or_default();
    if name == "start.js" {
        return Ok(served("text/javascript; charset=utf-8", START.as_bytes().to_vec()));
    }
    if !ASSETS.contains(&name) {
        return Err(Code::NotFound.into());
    }
    let file = utoipa_swagger_ui::serve(name, Arc::new(Config::from("/openapi.json"))).ok().flatten().ok_or(Code::NotFound)?;
    let mut response = served(&file.content_type, file.bytes.into_owned());
    if file.gzpipped {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

fn served(content_type: &str, body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_holds_the_files_of_the_page() {
        for name in ASSETS {
            let file = utoipa_swagger_ui::serve(name, Arc::new(Config::from("/openapi.json"))).unwrap();
            assert!(file.is_some_and(|file| !file.bytes.is_empty()), "{name}");
        }
    }

    #[test]
    fn nothing_comes_from_elsewhere() {
        for text in [POLICY, START] {
            assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
        }
    }
}
