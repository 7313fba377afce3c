# Kleiber on a CPU. From the project's root:
#   docker build -f docker/cpu.Dockerfile -t kleiber .
#   docker run --rm -v "$PWD/results:/kleiber/results" kleiber run experiments/quickstart.yaml
FROM eclipse-temurin:25-jdk
RUN apt-get update && apt-get install -y --no-install-recommends maven git && rm -rf /var/lib/apt/lists/*
WORKDIR /kleiber
COPY pom.xml kleiber ./
COPY .ci .ci
COPY models models
COPY harness harness
RUN ./kleiber --version
COPY experiments experiments
ENTRYPOINT ["./kleiber"]
