//! What editors show for the words of a policy and offer in their place: a path to the documentation of each.
//!
//! rustc drops the paths unseen (`#[cfg(false)]`), so that none of them can be an error or a lint. rust-analyzer
//! resolves them all the same. It completes a word by expanding the macro twice, with the word as it is and with
//! more letters at its end, and looks at the same distance from the beginning in both: nothing in front of the
//! paths, and no text in front of one of them, may depend on what the words are. Where nothing stands yet there is
//! a path as well, behind the last word of each list.

use cors_policy_tokens::Word;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The path of each word, and of each place for one.
pub(crate) fn paths(words: &[Word], krate: &TokenStream) -> TokenStream {
    let paths = words.iter().filter_map(|Word { module, written }| {
        let word = match written {
            Some(written) => placed(written)?,
            None => Ident::new("end", Span::call_site()),
        };
        let module = Ident::new(module, Span::call_site());
        Some(quote!(#krate::language::#module::#word;))
    });
    quote! {
        #[cfg(false)]
        const _: () = { #(#paths)* };
    }
}

/// The word in a path: in the user's place, without which there is no hover; not the user's code, which would be shown as
/// inactive. A keyword is no path, and what is no path is an error, dropped or not.
fn placed(written: &Ident) -> Option<Ident> {
    if syn::parse2::<syn::Ident>(quote!(#written)).is_err() || written == "gen" {
        return None;
    }
    let mut word = written.clone();
    word.set_span(Span::call_site().located_at(word.span()));
    Some(word)
}
