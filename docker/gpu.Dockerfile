# Kleiber on NVIDIA cards: the driver comes from the host, NVRTC and cuBLASLt from NVIDIA's packages. From the project's root:
#   docker build -f docker/gpu.Dockerfile -t kleiber-gpu .
#   docker run --rm --gpus all kleiber-gpu doctor
#   docker run --rm --gpus all -v "$PWD/results:/kleiber/results" --entrypoint docker/gpu-check.sh kleiber-gpu
FROM eclipse-temurin:25-jdk AS build
WORKDIR /kleiber
COPY docker/install.sh docker/dependencies.sh docker/
RUN docker/install.sh maven
COPY pom.xml ./
COPY models/pom.xml models/
COPY harness/laws/pom.xml harness/laws/
COPY harness/lab/pom.xml harness/lab/
COPY harness/page/pom.xml harness/page/
RUN docker/dependencies.sh
COPY kleiber ./
COPY .ci .ci
COPY models models
COPY harness harness
COPY docker docker
RUN docker/build.sh /image

FROM nvidia/cuda:13.0.1-base-ubuntu24.04
WORKDIR /kleiber
COPY docker/install.sh docker/
RUN docker/install.sh cuda-nvrtc-13-0 libcublas-13-0 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
COPY --from=build /image/libraries build/lib
COPY --from=build /image/program ./
COPY --from=build /image/check ./
COPY experiments experiments
ENV KLEIBER_BUILD=/kleiber/build
ENV KLEIBER_CACHE=/cache
ENTRYPOINT ["./kleiber"]
