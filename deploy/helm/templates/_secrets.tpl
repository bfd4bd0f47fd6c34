{{/* Which secrets a component reads, by the variable that has the file's path. Each gets its own alone. */}}
{{- define "holdfast.secretsOf" -}}
{{- if eq . "migrate" }}
HOLDFAST_MIGRATION_DATABASE_URL_FILE: ownerUrl
HOLDFAST_WEB_DATABASE_URL_FILE: webUrl
HOLDFAST_WORKER_DATABASE_URL_FILE: workerUrl
HOLDFAST_OPERATOR_DATABASE_URL_FILE: operatorUrl
HOLDFAST_READER_DATABASE_URL_FILE: readerUrl
{{- else }}
HOLDFAST_CODEC_KEYS_FILE: codecKeys
HOLDFAST_TEMPORAL_API_KEY_FILE: temporalApiKey
TEMPORAL_TLS_CLIENT_CERT_PATH: temporalCertificate
TEMPORAL_TLS_CLIENT_KEY_PATH: temporalCertificateKey
TEMPORAL_TLS_SERVER_CA_CERT_PATH: temporalServerCa
{{- end }}
{{- if eq . "web" }}
DATABASE_URL_FILE: webUrl
HOLDFAST_WEB_OPERATOR_DATABASE_URL_FILE: webOperatorUrl
HOLDFAST_JWT_SECRET_FILE: jwtSecret
HOLDFAST_WEB_STRIPE_SECRETS_FILE: stripeSecrets
{{- else if eq . "workflows" }}
DATABASE_URL_FILE: workerUrl
HOLDFAST_PROOF_SECRET_FILE: proofSecret
HOLDFAST_WEBHOOK_SECRET_FILE: webhookSecret
HOLDFAST_STRIPE_API_KEY_FILE: stripeApiKey
{{- else if eq . "setup" }}
DATABASE_URL_FILE: operatorUrl
{{- else if eq . "operator" }}
DATABASE_URL_FILE: operatorUrl
HOLDFAST_PROOF_SECRET_FILE: proofSecret
{{- end }}
{{- end -}}

{{/* The paths of a component's secrets, as variables: (list $ "web"). */}}
{{- define "holdfast.secretEnv" -}}
{{- $secrets := (index . 0).Values.secrets -}}
{{- range $variable, $name := fromYaml (include "holdfast.secretsOf" (index . 1)) -}}
{{- $from := index $secrets $name -}}
{{- if $from.file }}
- name: {{ $variable }}
  value: {{ $from.file | quote }}
{{- else if $from.secret }}
- name: {{ $variable }}
  value: /run/secrets/holdfast/{{ $name }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The volume of a component's secrets; empty if none comes from a Secret. */}}
{{- define "holdfast.secretSources" -}}
{{- $secrets := (index . 0).Values.secrets -}}
{{- range $variable, $name := fromYaml (include "holdfast.secretsOf" (index . 1)) -}}
{{- $from := index $secrets $name -}}
{{- if and $from.secret (not $from.file) }}
- secret:
    name: {{ $from.secret }}
    items: [{ key: {{ $from.key | quote }}, path: {{ $name }} }]
{{- end -}}
{{- end -}}
{{- end -}}
