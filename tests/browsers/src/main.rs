//! What browsers make of our answers: Chromium and Firefox run every case, and each must do what the policy means.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

mod bidi;
mod case;
mod cases;
mod compare;
mod differences;
mod engine;
mod fault;
mod matrix;
mod meant;
mod model;
mod reply;
mod report;
mod seen;
mod server;
mod site;

use engine::Engine;

#[test]
fn the_model() {
    matrix::judge_the_model();
}

#[test]
fn chromium() {
    matrix::run(Engine::Chromium);
}

#[test]
fn firefox() {
    matrix::run(Engine::Firefox);
}
