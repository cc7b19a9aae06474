#!/usr/bin/env pwsh
#Requires -Version 7
# What scripts/quickstart.sh does, where there is no bash: meta-trains two small optimizers on synthetic digits, and compares them with
# tuned Adam. Needs PowerShell 7, and the .NET 10 SDK or L2O, which names a published program; takes about a minute. Leaves its runs and
# the page of them in a folder under runs/, and prints the page's path last.
$ErrorActionPreference = 'Stop'
$program = & "$PSScriptRoot/program.ps1"
function l2o { & $program @args; if ($LASTEXITCODE) { exit $LASTEXITCODE } }

Push-Location (Split-Path $PSScriptRoot)
try {
    $runs = "runs/quickstart-$(Get-Date -Format 'yyyyMMdd-HHmmss')"
    l2o train configs/quickstart.yaml --set 'regularizer={kind: none}' --run "$runs/none"
    l2o train configs/quickstart.yaml --run "$runs/local_entropy"
    l2o evaluate configs/quickstart-evaluate.yaml --checkpoint "$runs/none" "$runs/local_entropy" --run "$runs/evaluate"
    $page = l2o report $runs
    $isEvaluation = $false
    foreach ($line in Get-Content "$(Split-Path $page)/report.md") {
        if ($line -match '^### Evaluation') { $isEvaluation = $true } elseif ($line -match '^## ') { $isEvaluation = $false }
        if ($isEvaluation -and $line -match '^[- ] ') { $line }
    }
    $page
} finally {
    Pop-Location
}
