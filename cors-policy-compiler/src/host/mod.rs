//! Hosts as browsers write them.
