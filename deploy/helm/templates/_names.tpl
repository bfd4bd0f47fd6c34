{{/* With a role and a build's id it stays below the 63 characters of a label. */}}
{{- define "holdfast.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{/* The labels of one component's objects: (list $ "web"). */}}
{{- define "holdfast.labels" -}}
{{- $root := index . 0 -}}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/part-of: holdfast
{{ include "holdfast.selector" . }}
{{- end -}}

{{- define "holdfast.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: holdfast
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The name of what a build's workers of a role are: (dict "root" $ "role" "workflows" "id" "2026-11-29.1"). */}}
{{- define "holdfast.workerName" -}}
{{- $name := printf "%s-%s" (include "holdfast.fullname" .root) .role -}}
{{- if .id -}}
{{- /* Ids that differ in case or in a dot alone stay apart by the sum. */ -}}
{{- $name }}-{{ regexReplaceAll "[^a-z0-9]+" (lower .id) "-" | trunc 12 | trimSuffix "-" }}-{{ sha256sum .id | trunc 6 }}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{/* Every build with its tag; one without an id where workers have no versions. */}}
{{- define "holdfast.builds" -}}
{{- if .Values.worker.deployment -}}
{{- toYaml .Values.worker.builds -}}
{{- else -}}
- { id: "", tag: "" }
{{- end -}}
{{- end -}}

{{/* A number that Helm has read as a float is written without an exponent. */}}
{{- define "holdfast.value" -}}
{{- if kindIs "float64" . }}{{ int64 . | toString | quote }}{{ else }}{{ toString . | quote }}{{ end -}}
{{- end -}}

{{- define "holdfast.serviceAccount" -}}
{{- default (ternary (include "holdfast.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{/* The Jobs run before the release's own ServiceAccount is there. */}}
{{- define "holdfast.setupServiceAccount" -}}
{{- ternary (printf "%s-setup" (include "holdfast.fullname" .)) (include "holdfast.serviceAccount" .) .Values.serviceAccount.create -}}
{{- end -}}

{{- define "holdfast.workflowSettings" -}}
{{- toYaml (merge (dict) .Values.worker.workflows.settings .Values.worker.settings) -}}
{{- end -}}

{{/* How often reconciliation runs: `setup` schedules it, and web knows by it what has been missed. */}}
{{- define "holdfast.reconcileSettings" -}}
{{- toYaml (pick (fromYaml (include "holdfast.workflowSettings" .)) "HOLDFAST_RECONCILE_INTERVAL_SECONDS" "HOLDFAST_RECONCILE_IDLE_SECONDS") -}}
{{- end -}}

{{- define "holdfast.image" -}}
{{- $tag := .tag | default .root.Values.image.tag | default .root.Chart.AppVersion -}}
image: {{ printf "%s:%s" .root.Values.image.repository $tag | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- end -}}
