//! What needs real sockets: TLS, the end of a server, and more connections than there is room for.
