# syntax=docker/dockerfile:1
# FreeSWITCH with the configuration in freeswitch/, on its own. From the root of the project, with a token of
# SignalWire's, which does not stay in the image:
#
#   SIGNALWIRE_TOKEN=pat_... docker build -f deploy/docker/freeswitch.Dockerfile \
#     --secret id=signalwire_token,env=SIGNALWIRE_TOKEN -t sofia-phone-freeswitch .

FROM debian:bookworm-slim
RUN --mount=type=bind,source=freeswitch,target=/build \
  --mount=type=secret,id=signalwire_token,env=SIGNALWIRE_TOKEN,required=true \
  apt-get update && apt-get install -y --no-install-recommends ca-certificates curl gnupg \
  && cp -r /build /sofia-phone && /sofia-phone/install.sh && rm -rf /var/lib/apt/lists/*
COPY deploy/docker/freeswitch.sh /usr/local/bin/freeswitch.sh
RUN mkdir -p /var/lib/sofia-phone-switch && chown freeswitch:freeswitch /var/lib/sofia-phone-switch
USER freeswitch
EXPOSE 5060/udp 5060/tcp
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["freeswitch.sh", "status"]
ENTRYPOINT ["freeswitch.sh"]
