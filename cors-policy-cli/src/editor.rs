//! Nobody to tell about words: the reader of tokens, which the macro has too, tells editors which they are.

use proc_macro2::Ident;

/// Takes words and keeps none.
#[derive(Default)]
pub(crate) struct Words(());

impl Words {
    #[expect(clippy::unused_self, reason = "in the macro the words are kept")]
    pub(crate) fn push(&mut self, _module: &'static str, _word: &Ident) {}

    #[expect(clippy::unused_self, reason = "in the macro the words are kept")]
    pub(crate) fn end(&mut self, _module: &'static str) {}
}
