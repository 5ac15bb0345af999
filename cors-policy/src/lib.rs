//! CORS policies that cannot be wrong.

mod debug;
mod decide;
mod decision;
mod explain;
mod fields;
mod list;
#[cfg(feature = "compile")]
mod load;
mod nearest;
mod operation;
mod policy;
mod tables;
mod verdict;

#[doc(hidden)]
pub mod __macro_v1;

pub use decision::Decision;
pub use explain::{Explanation, Rejection};
pub use fields::{Field, RequestFields};
#[cfg(feature = "compile")]
pub use load::{Compiled, Diagnostic, Diagnostics, Document, Severity};
pub use nearest::{Difference, NearMiss};
pub use operation::{Header, Operation, Value};
pub use policy::Policy;
pub use verdict::{Action, Kind, Outcome, Verdict};

/// Compiles a CORS policy, while your crate is compiled.
#[macro_export]
macro_rules! cors_policy {
    ($($policy:tt)*) => {
        $crate::__macro_v1::expand! { $crate { $($policy)* } }
    };
}
