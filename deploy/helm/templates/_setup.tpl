{{/* The annotations of what is there for an installation and an upgrade alone. Failed Jobs stay, with their logs. */}}
{{- define "holdfast.hook" -}}
# A rollback doesn't run them: an older build refuses a newer schema, and serves on it.
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* A Job that tries again: (dict "root" $ "name" "migrate" "weight" "0" "args" … "env" …). */}}
{{- define "holdfast.setupJob" -}}
{{- $setup := .root.Values.setup -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "holdfast.fullname" .root }}-{{ .name }}
  labels:
    {{- include "holdfast.labels" (list .root "setup") | nindent 4 }}
  annotations:
    {{- include "holdfast.hook" .weight | nindent 4 }}
spec:
  backoffLimit: {{ $setup.backoffLimit }}
  activeDeadlineSeconds: {{ $setup.deadlineSeconds }}
  template:
    metadata:
      labels:
        {{- include "holdfast.selector" (list .root "setup") | nindent 8 }}
        {{- with .root.Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .root.Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      # Each try has a Pod of its own, whose log stays.
      restartPolicy: Never
      {{- include "holdfast.pod" (dict "root" .root "secrets" .name "serviceAccount" (include "holdfast.setupServiceAccount" .root)) | nindent 6 }}
      containers:
        - name: {{ .name }}
          {{- include "holdfast.container" (dict "root" .root "secrets" .name) | nindent 10 }}
          args: {{ toJson .args }}
          env:
            {{- .env | nindent 12 }}
            {{- include "holdfast.secretEnv" (list .root .name) | nindent 12 }}
          resources:
            {{- toYaml $setup.resources | nindent 12 }}
{{- end -}}
