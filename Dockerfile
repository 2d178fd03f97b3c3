# syntax=docker/dockerfile:1

# Builds with the same command as a developer does, so that there is one recipe.
FROM rust:1.95-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Tools first: they change rarely and take longest.
ENV ECHOSENSEI_CACHE=/cache
RUN cargo install trunk --version 0.21.14 --locked --root /cache/tools
COPY . .
# Names a database only to say that none has to be installed here.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/cache/target \
    --mount=type=cache,target=/cache/target-wasm \
    DATABASE_URL=unused cargo xtask run --build-only \
 && install -D /cache/target/release/echosensei /out/bin/echosensei \
 && cp -r dist /out/dist

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --create-home echosensei
COPY --from=build /out/bin/echosensei /usr/local/bin/echosensei
COPY --from=build /out/dist /srv/spa
ENV APP_ENV=production \
    HOST=0.0.0.0 \
    PORT=5000 \
    SPA_DIR=/srv/spa \
    STORAGE_DIR=/data/storage
USER echosensei
WORKDIR /data
# Recordings, where no object store is configured.
VOLUME /data
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD curl --fail --silent --output /dev/null "http://127.0.0.1:${PORT}/health" || exit 1
ENTRYPOINT ["echosensei"]
CMD ["serve"]
