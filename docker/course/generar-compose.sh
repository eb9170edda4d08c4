#!/bin/sh
# Escribe un archivo de Docker Compose con el servidor y CLIENTES agencias.
#
#   ./generar-compose.sh ARCHIVO CLIENTES

mode=@MODE@

if [ $# -ne 2 ]; then
  echo "generar-compose.sh: se esperan dos argumentos, ARCHIVO y CLIENTES; hay $#" >&2
  exit 1
fi
file=$1
clients=$2
case $clients in
  '' | *[!0-9]* | ?????*)
    echo "generar-compose.sh: CLIENTES es \"$clients\", debe ser un número de 0 a 9999" >&2
    exit 1
    ;;
esac

server() {
  cat <<END
name: tp0
services:
  server:
    container_name: server
    image: server:latest
    pull_policy: never
    environment:
      # El sorteo espera a estas agencias.
      AGENCIES: $([ "$clients" -gt 0 ] && echo "$clients" || echo 1)
      STORE_DIR: /data/draw
      # Compose lee los logs de los contenedores en paralelo: la línea del sorteo sale antes que los ganadores.
      ANNOUNCE_DELAY: 250ms
      # Sin puerto publicado, sólo la red de Compose llega al servidor: no hay de qué avisar antes de su configuración.
      SERVER_NETWORK: private
    volumes:
      - ./server/config.ini:/config/config.ini:ro
    # En memoria: cada \`up\` empieza un sorteo nuevo, y de nombres y documentos no queda nada en la máquina.
    # Sin dueño sería de root, y el servidor es el usuario 1000.
    tmpfs:
      - /data:uid=1000,gid=1000
    networks:
      - testing_net
    stop_grace_period: 10s
    read_only: true
END
}

client() {
  cat <<END
  client$1:
    container_name: client$1
    image: client:latest
    pull_policy: never
    environment:
      CLI_ID: $1
      AGENCY_MODE: $mode
END
  [ "$mode" != bet ] || cat <<END
      NOMBRE: Santiago Lionel
      APELLIDO: Lorca
      DOCUMENTO: "$((30904464 + $1))"
      NACIMIENTO: "1999-03-17"
      NUMERO: "7574"
END
  cat <<END
    volumes:
      - ./client/config.yaml:/config/config.yaml:ro
      - ./.data:/data:ro
    networks:
      - testing_net
    depends_on:
      - server
    stop_grace_period: 10s
    read_only: true
END
}

{
  server
  id=1
  while [ "$id" -le "$clients" ]; do
    client "$id"
    id=$((id + 1))
  done
  cat <<END
networks:
  testing_net:
    ipam:
      driver: default
      config:
        - subnet: 172.25.125.0/24
END
} >"$file"
