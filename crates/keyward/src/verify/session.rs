//! Sessions that a recording gives away, matched to what the log says was done in them.
