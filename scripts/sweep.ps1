#!/usr/bin/env pwsh
#Requires -Version 7
# What scripts/sweep.sh does, where there is no bash: begins or goes on with every run of a sweep that is not done, each on one core,
# then summarizes them and writes the page. A second time it does nothing.
# Usage: scripts/sweep.ps1 [-Jobs N] [-FailFast] [-Out DIR] FILE      N runs at once (default: one for each core)
# Needs PowerShell 7, and the .NET 10 SDK or L2O, which names a published program. Leaves the sweep's directory (default: runs/NAME).
# After Ctrl-C or a failure the same command goes on. Exit code: 0, 1 where a run failed, 2 wrong use.
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Position = 0, ValueFromRemainingArguments)] [string[]] $Files = @(),
    [string] $Out,
    [int] $Jobs = [Environment]::ProcessorCount,
    [switch] $FailFast)
$ErrorActionPreference = 'Stop'

function Stop-Usage([string] $message) { [Console]::Error.WriteLine("sweep.ps1: $message"); exit 2 }
$file = $Files[0]
if (-not $file) { Stop-Usage 'name a sweep: scripts/sweep.ps1 configs/sweeps/smoke.yaml' }
if ($Jobs -lt 1) { Stop-Usage "-Jobs ${Jobs}: choose 1 or more" }
if ($Files.Count -gt 1) { Stop-Usage "one sweep at a time: $($Files -join ' or ')" }

$program = & "$PSScriptRoot/program.ps1"
$where = @(if ($Out) { '--out', $Out })
function l2o { & $program @args; if ($LASTEXITCODE) { exit $LASTEXITCODE } }

# A command's words are quoted as a POSIX shell reads them.
function Get-Runs {
    l2o sweep list $file @where @args | ForEach-Object {
        $path, $state, $command = $_ -split "`t"
        $words = [regex]::Matches($command, "('[^']*'|\\.|[^\s'\\])+") | ForEach-Object { $_.Value -replace "'([^']*)'|\\(.)", '$1$2' }
        [pscustomobject]@{ Path = $path; State = $state; Words = @($words | Select-Object -Skip 1) }
    }
}

$prepared = @(l2o sweep prepare $file @where)
$directory = $prepared[-1]
$prepared | Select-Object -SkipLast 1

$tried = [Collections.Generic.HashSet[string]]::new() # directories of runs that were begun here
$failed = [Collections.Concurrent.ConcurrentBag[string]]::new()
$isWaiting = $false
$processors = $env:DOTNET_PROCESSOR_COUNT
$env:DOTNET_PROCESSOR_COUNT = 1 # a core each
try {
    # What is ready now, and then what that made ready.
    while (-not ($FailFast -and $failed.Count)) {
        $ready = @(Get-Runs --ready | Where-Object { $tried.Add($_.Path) })
        if (-not $ready) {
            $elsewhere = @(Get-Runs | Where-Object State -EQ running).Count
            if (-not $elsewhere) { break }
            if (-not $isWaiting) { "wait   for $elsewhere at work elsewhere" }
            $isWaiting = $true
            Start-Sleep -Seconds 2
            continue
        }
        $ready | ForEach-Object -ThrottleLimit $Jobs -Parallel {
            $failed = $using:failed
            if ($using:FailFast -and $failed.Count) { return }
            $name = $_.Path.Substring(($using:directory).Length + 1)
            $log = "$using:directory/logs/$($name -replace '[\\/]', '-').txt"
            $words = $_.Words
            "begin  $name"
            & $using:program @words *>> $log
            if ($LASTEXITCODE) {
                $failed.Add($name)
                "FAILED $name (exit code $LASTEXITCODE): $(Get-Content $log -Tail 1)"
            } else {
                "done   $name"
            }
        }
    }
} finally {
    $env:DOTNET_PROCESSOR_COUNT = $processors
}

if (-not $tried.Count) { 'nothing is left to do' }
$page = "$directory/report/index.html"
$runs = @(Get-Runs)
if ((Test-Path $page) -and -not (Get-ChildItem $directory -Recurse -Filter run.json | Where-Object LastWriteTimeUtc -GT (Get-Item $page).LastWriteTimeUtc)) {
    $page
} else {
    if ($runs | Where-Object { $_.State -eq 'done' -and $_.Path -match '[\\/](evaluate|analyze)[\\/]' }) { l2o sweep summarize $directory }
    l2o report $directory
}
$undone = @($runs | Where-Object State -NE done)
if ($undone) {
    [Console]::Error.WriteLine("not done (logs are in $directory/logs):")
    $undone | ForEach-Object { [Console]::Error.WriteLine("$($_.Path)`t$($_.State)") }
    exit 1
}
