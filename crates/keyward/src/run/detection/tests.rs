//! Live detection is what a saved log gives, however it is interrupted.
