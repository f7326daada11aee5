//! What senders, and those who pretend to be, are answered. The other end is a pipe in memory and time is made up, but for
//! what is about sockets themselves.

mod attacks;
mod certificate;
mod collector;
mod deadlines;
mod house;
mod pages;
mod posts;
mod sockets;
mod wrong_settings;
