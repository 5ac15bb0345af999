//! Refusals as responses of axum handlers.

use axum_core::response::{IntoResponse, Response};
use http::StatusCode;

use crate::event::Refusal;
use crate::handshake::UpgradeRefusal;
use crate::write::WriteRefusal;

/// 403, with the reason in words: so that a handler can say `API.check_upgrade(&headers, MissingOrigin::Deny)?`.
impl IntoResponse for UpgradeRefusal {
    fn into_response(self) -> Response {
        (StatusCode::FORBIDDEN, self.to_string()).into_response()
    }
}

/// 403, with the reason in words.
impl IntoResponse for WriteRefusal {
    fn into_response(self) -> Response {
        (StatusCode::FORBIDDEN, self.to_string()).into_response()
    }
}

/// 403 or 429, with the reason in words.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}
