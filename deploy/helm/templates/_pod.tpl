{{/* What every Pod has beside its container: (dict "root" $ "secrets" "web" "serviceAccount" …). */}}
{{- define "holdfast.pod" -}}
{{- $values := .root.Values -}}
serviceAccountName: {{ .serviceAccount }}
automountServiceAccountToken: false
# A Service named holdfast… would set variables that look like settings.
enableServiceLinks: false
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
volumes:
  - name: tmp
    emptyDir: {}
  {{- with include "holdfast.secretSources" (list .root .secrets) | trim }}
  - name: secrets
    projected:
      # 0440: read by the group alone, which is `fsGroup`.
      defaultMode: 288
      sources:
        {{- . | nindent 8 }}
  {{- end }}
  {{- with $values.volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Where a long-running Pod may run: (list $ "web" $values). Replicas are spread over nodes. */}}
{{- define "holdfast.placement" -}}
{{- $values := index . 2 -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "holdfast.selector" . | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- range $name := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $values $name }}
{{ $name }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What every container has: (dict "root" $ "secrets" "web" "tag" ""). */}}
{{- define "holdfast.container" -}}
{{ include "holdfast.image" . }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  {{- if include "holdfast.secretSources" (list .root .secrets) | trim }}
  - { name: secrets, mountPath: /run/secrets/holdfast, readOnly: true }
  {{- end }}
  {{- with .root.Values.volumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Where Temporal is, for every process that talks to it. */}}
{{- define "holdfast.temporalEnv" -}}
{{- with .Values.temporal -}}
- { name: TEMPORAL_ADDRESS, value: {{ .address | quote }} }
- { name: TEMPORAL_NAMESPACE, value: {{ .namespace | quote }} }
{{- if .tls }}
- { name: TEMPORAL_TLS, value: "true" }
{{- end }}
{{- with .tlsServerName }}
- { name: TEMPORAL_TLS_SERVER_NAME, value: {{ . | quote }} }
{{- end }}
- { name: HOLDFAST_TASK_QUEUE, value: {{ .taskQueue | quote }} }
- { name: HOLDFAST_SEARCHED_BY, value: {{ .searchedBy | quote }} }
{{- end }}
{{- end -}}

{{/* What the services have besides: how they log and trace. */}}
{{- define "holdfast.serviceEnv" -}}
- { name: HOLDFAST_LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
- { name: HOLDFAST_METRICS_HOST, value: 0.0.0.0 }
{{- with .Values.tracesUrl }}
- { name: HOLDFAST_TRACES_URL, value: {{ . | quote }} }
{{- end }}
{{- end -}}

{{- define "holdfast.settingsEnv" -}}
{{- range $name, $value := . }}
- { name: {{ $name }}, value: {{ include "holdfast.value" $value }} }
{{- end }}
{{- end -}}

{{/* The annotations of a Pod with metrics: (list $ "9464"). */}}
{{- define "holdfast.podAnnotations" -}}
{{- $values := (index . 0).Values -}}
{{- if $values.metrics.annotations }}
prometheus.io/scrape: "true"
prometheus.io/port: {{ index . 1 | quote }}
prometheus.io/path: /metrics
{{- end }}
{{- with $values.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}
