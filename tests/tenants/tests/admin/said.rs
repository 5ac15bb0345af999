//! What a command says, without what differs from run to run.

use cors_policy_tenants::admin::Exit;
use serde_json::Value;

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// What it printed, if it did what it was asked.
    #[track_caller]
    pub(crate) fn done(&self) -> &str {
        assert_eq!((self.exit, self.err.as_str()), (Exit::Done, ""), "{}", self.out);
        &self.out
    }

    /// Why it did not, if it said nothing else.
    #[track_caller]
    pub(crate) fn failed(&self, exit: Exit) -> &str {
        assert_eq!((self.exit, self.out.as_str()), (exit, ""), "{}", self.err);
        &self.err
    }

    /// What it printed as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(self.done()).unwrap()
    }
}

/// Words between spaces; between `'` they may have spaces.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in line.split('\'').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Times are zeros, and an epoch is a word.
pub(crate) fn normal(text: &str) -> String {
    let mut normal = String::new();
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let taken = if rest.get(..20).is_some_and(is_time) {
                normal.push_str("0000-00-00 00:00:00Z");
                20
            } else if rest.get(..32).is_some_and(is_epoch) {
                normal.push_str("EPOCH");
                32
            } else {
                normal.push(first);
                first.len_utf8()
            };
            rest = rest.get(taken..).unwrap();
        }
    }
    // Whoever reported less than ten seconds ago did just now.
    (1..10).fold(normal, |text, second| text.replace(&format!(" {second}s ago"), " 0s ago"))
}

fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    shape == "0000-00-00 00:00:00Z"
}

fn is_epoch(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
