//! Partition refinement: which states of an automaton cannot be told apart.

use std::collections::HashMap;

/// Some states of an automaton: for each, its answer at the end and its successors by their places.
#[derive(Clone, Debug, Default)]
pub(super) struct States {
    states: Vec<State>,
}

#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) answer: Option<u8>,
    pub(super) edges: Vec<(u8, usize)>,
}

impl States {
    pub(super) fn push(&mut self, answer: Option<u8>, edges: Vec<(u8, usize)>) {
        self.states.push(State { answer, edges });
    }

    pub(super) fn len(&self) -> usize {
        self.states.len()
    }

    pub(super) fn get(&self, place: usize) -> Option<&State> {
        self.states.get(place)
    }

    /// The class of each state: states are in one class exactly if they answer alike for every input.
    ///
    /// Moore's algorithm: it starts from the answers, and splits classes whose members lead to different
    /// classes, until nothing splits. A class is named by the place of its first member.
    pub(super) fn classes(&self) -> Vec<usize> {
        let mut classes = vec![0; self.states.len()];
        let mut count = 0;
        loop {
            let mut signatures = HashMap::with_capacity(count);
            let mut refined = Vec::with_capacity(classes.len());
            for (place, (state, class)) in self.states.iter().zip(&classes).enumerate() {
                // Numbers of one size are hashed at once, pairs one by one: that took half of all the time.
                let successors: Vec<u64> = state
                    .edges
                    .iter()
                    .map(|(byte, target)| {
                        (classes.get(*target).copied().unwrap_or_default() as u64) << 8 | u64::from(*byte)
                    })
                    .collect();
                let signature = (*class, state.answer, successors);
                refined.push(*signatures.entry(signature).or_insert(place));
            }
            classes = refined;
            if signatures.len() == count {
                return classes;
            }
            count = signatures.len();
        }
    }
}
