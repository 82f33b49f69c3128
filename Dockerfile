# vvstream on a GPU, or on none:
#   docker build -t vvstream .
#   docker run --gpus all -p 7860:7860 -v "$PWD/config:/srv/vvstream/config:ro" vvstream
#
# The base image adds what the NVIDIA driver needs; CUDA's own libraries come with PyTorch's wheels,
# so a larger variant would carry them twice.
ARG BASE=nvidia/cuda:13.0.1-base-ubuntu24.04

FROM ${BASE} AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/vvstream
ENV PATH=/opt/vvstream/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# Of the languages in config/model.yaml; "redis" for sessions.store: redis.
ARG EXTRAS="ja zh"
# The dependencies are a layer of their own: gigabytes that a change of our code leaves as they are.
COPY pyproject.toml ./
RUN --mount=type=cache,target=/root/.cache/pip \
    python3 -c "import sys, tomllib; of = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
        print(*of['dependencies'], *(d for e in sys.argv[1:] for d in of['optional-dependencies'][e]), sep='\n')" $EXTRAS > requirements.txt \
    && pip install -r requirements.txt
COPY README.md LICENSE NOTICE ./
COPY config config
COPY vvstream vvstream
RUN pip install --no-deps .

FROM ${BASE}
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin vvstream
COPY --from=build /opt/vvstream /opt/vvstream
WORKDIR /srv/vvstream
COPY config config
ENV PATH=/opt/vvstream/bin:$PATH PYTHONUNBUFFERED=1
USER vvstream
EXPOSE 7860
# /health answers as long as the event loop turns; /ready (503 until the engine is warm) is for the
# load balancer.
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s --retries=3 \
    CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=2)"]
# SIGTERM drains: sessions are told to come back (1001) before the process ends.
STOPSIGNAL SIGTERM
ENTRYPOINT ["python3", "-m", "vvstream", "serve", "--host", "0.0.0.0", "--port", "7860"]
