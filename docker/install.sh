#!/usr/bin/env bash
# Installs packages on Debian or Ubuntu, as root: docker/install.sh PACKAGE...
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "$@"
