# El programa entero es un archivo; la configuración y los datos se montan en /config y /data.
FROM node:26-slim
COPY quiniela.mjs /app/quiniela.mjs
ENV CLI_DATA=/data
USER node
# Empieza un segundo después de arrancar: `docker compose logs -f` cuenta el final de un contenedor sólo si lo encontró
# en marcha, y una agencia con pocas apuestas termina antes de que alguien mire.
ENTRYPOINT ["sh", "-c", "trap 'exit 0' TERM INT; sleep 1 & wait $!; exec node \"$@\"", "sh", \
  "--permission", "--allow-net", "--allow-fs-read=/app/", "--allow-fs-read=/config/", "--allow-fs-read=/data/", \
  "--disable-warning=ExperimentalWarning", "/app/quiniela.mjs", "agency", "--config", "/config/config.yaml"]
