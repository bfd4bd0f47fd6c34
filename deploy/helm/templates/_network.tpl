{{/* What a component may reach: (dict "root" $ "database" true "outside" true). */}}
{{- define "holdfast.egress" -}}
{{- $values := .root.Values -}}
- ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
- ports:
    - { port: {{ splitList ":" $values.temporal.address | last | default "7233" }}, protocol: TCP }
{{- if .database }}
- ports:
    {{- range $values.networkPolicy.databasePorts }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end }}
{{- if .outside }}
- ports:
    - { port: 443, protocol: TCP }
{{- with $values.tracesUrl }}
{{- $url := urlParse . }}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) }}
- ports:
    - { port: {{ $port | default (ternary "443" "80" (eq $url.scheme "https")) }}, protocol: TCP }
{{- end }}
{{- with $values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end -}}
