//! Parameters that many operations share, described once.

use utoipa::IntoParams;

/// A page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes parameters that `Query` reads")]
pub(crate) struct Paging {
    /// How many items: 1 to 200, 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, default = 50, example = 50)]
    limit: Option<i32>,
    /// Where to go on, from `_links.next` of the page before.
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// The version that is to be changed.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header that `Asked` reads")]
pub(crate) struct IfMatch {
    /// The `ETag` of the resource as it was read, such as `"3"`, or `*` for whatever version there is.
    #[param(rename = "If-Match", example = "*")]
    if_match: String,
}

/// A version that the reader has already.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header that replies look at")]
pub(crate) struct IfNoneMatch {
    /// The `ETag` of what the reader has; 304 where nothing has changed.
    #[param(rename = "If-None-Match", example = "\"2f0c9a3be1d4\"")]
    if_none_match: Option<String>,
}

/// What makes a repeated request harmless.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "describes a header that `Asked` reads")]
pub(crate) struct IdempotencyKey {
    /// 1 to 255 visible characters, new for each operation and the same when it is repeated; kept for 24 hours.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "8e03978e-40d5-43dd-bc93-6894a57f9324"
    )]
    idempotency_key: String,
}
