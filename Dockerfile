# Keyward alone in an image: one static program, the roots of trust, and a folder that its user may write to.
#
#   docker build --tag keyward .
#   docker run --rm keyward --version
#
# docs/install.md says how to run it.

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
# The flag holds for the target alone, and only if it is named: the compiler loads parts of itself that cannot be static.
RUN target="$(rustc -vV | sed -n 's/^host: //p')" \
 && RUSTFLAGS="-C target-feature=+crt-static" \
    cargo build --release --locked --package keyward --target "$target" \
 && install -D -m 0755 "target/$target/release/keyward" /image/keyward
RUN mkdir -p /image/data /image/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /source/LICENSE /LICENSE
COPY --from=build /image/keyward /usr/bin/keyward
COPY --from=build --chown=65532:65532 --chmod=0700 /image/data /var/lib/keyward
COPY --from=build --chown=65532:65532 --chmod=0700 /image/tmp /tmp
USER 65532:65532
WORKDIR /var/lib/keyward
VOLUME /var/lib/keyward
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/keyward"]
CMD ["run", "--config", "/etc/keyward/keyward.toml"]
