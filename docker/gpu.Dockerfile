# Kleiber on NVIDIA cards: the driver comes from the host, the libraries from CUDA's run-time image. From the project's root:
#   docker build -f docker/gpu.Dockerfile -t kleiber-gpu .
#   docker run --rm --gpus all kleiber-gpu doctor
FROM eclipse-temurin:25-jdk AS jdk
FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04
COPY --from=jdk /opt/java/openjdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
RUN apt-get update && apt-get install -y --no-install-recommends maven git && rm -rf /var/lib/apt/lists/*
WORKDIR /kleiber
COPY pom.xml kleiber ./
COPY .ci .ci
COPY models models
COPY harness harness
RUN ./kleiber --version
COPY experiments experiments
ENTRYPOINT ["./kleiber"]
