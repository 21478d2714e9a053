# syntax=docker/dockerfile:1
# sofia-phone on Deno. From the root of the project:
#
#   docker build -f deploy/docker/deno.Dockerfile -t sofia-phone:deno .
#
# For a backend of yours: FROM sofia-phone:deno, COPY it in, and set SOFIA_PHONE_BACKEND to its path.

FROM denoland/deno:2.9.6
WORKDIR /app
COPY deno.json deno.lock package.json mod.ts ./
COPY src src
COPY deploy/docker/health.ts deploy/docker/health.ts
# Packages are fetched now and not at the start; what starts without a network starts as it was built. Redis
# and Opus are loaded only if they are asked for, so that they are named here.
RUN deno cache --frozen mod.ts src/http/mod.ts src/telemetry/mod.ts src/call/redis.ts src/codec/opus.ts \
  deploy/docker/health.ts && mkdir -p /var/lib/sofia-phone && chown -R deno:deno /var/lib/sofia-phone /deno-dir
VOLUME /var/lib/sofia-phone
USER deno
ENV SOFIA_PHONE_JSON_LOGS=on DENO_NO_UPDATE_CHECK=1
EXPOSE 5070/udp 5070/tcp 8080/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["deno", "run", "--no-prompt", "--allow-env", "--allow-net", "deploy/docker/health.ts"]
# A backend may do what it likes, as on Bun.
ENTRYPOINT ["deno", "run", "--no-prompt", "-A", "mod.ts"]
