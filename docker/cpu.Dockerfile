# Kleiber on a CPU. From the project's root:
#   docker build -f docker/cpu.Dockerfile -t kleiber .
#   docker run --rm -v "$PWD/results:/kleiber/results" kleiber run experiments/quickstart.yaml
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

FROM eclipse-temurin:25-jdk
WORKDIR /kleiber
COPY --from=build /image/libraries build/lib
COPY --from=build /image/program ./
COPY experiments experiments
ENV KLEIBER_BUILD=/kleiber/build
ENV KLEIBER_CACHE=/cache
ENTRYPOINT ["./kleiber"]
