//! What editors show for the words of a policy and offer in their place: a path to the documentation of each.
//!
//! rustc drops the paths unseen (`#[cfg(false)]`), so that none of them can be an error or a lint. rust-analyzer
//! resolves them all the same. It completes a word by expanding the macro twice, with the word as it is and with
//! more letters at its end, and looks at the same distance from the beginning in both: nothing in front of the
//! paths, and no text in front of one of them, may depend on what the words are. Where nothing stands yet there is
//! a path as well, behind the last word of each list.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The words of a policy or ceiling, in order.
#[derive(Default)]
pub(crate) struct Words(Vec<(&'static str, Ident)>);

impl Words {
    /// A word, and the module of `language` that has its documentation.
    pub(crate) fn push(&mut self, module: &'static str, word: &Ident) {
        // A keyword is no path, and what is no path is an error, dropped or not.
        if syn::parse2::<syn::Ident>(quote!(#word)).is_err() || word == "gen" {
            return;
        }
        let mut word = word.clone();
        // The user's place, without which there is no hover; not the user's code, which would be shown as inactive.
        word.set_span(Span::call_site().located_at(word.span()));
        self.0.push((module, word));
    }

    /// A place at which another word can stand.
    pub(crate) fn end(&mut self, module: &'static str) {
        self.0.push((module, Ident::new("end", Span::call_site())));
    }

    pub(crate) fn paths(&self, krate: &TokenStream) -> TokenStream {
        let paths = self.0.iter().map(|(module, word)| {
            let module = Ident::new(module, Span::call_site());
            quote!(#krate::language::#module::#word;)
        });
        quote! {
            #[cfg(false)]
            const _: () = { #(#paths)* };
        }
    }
}
