# Returns the program, for quickstart.ps1 and sweep.ps1: the one that L2O names, else the build, which it makes.
if ($env:L2O) { return $env:L2O }
$root = Split-Path $PSScriptRoot
[Console]::Error.WriteLine('building l2o')
dotnet build "$root/src/L2O.Cli" --configuration Release --verbosity quiet | ForEach-Object { [Console]::Error.WriteLine($_) }
if ($LASTEXITCODE) { throw 'l2o was not built; what was wrong is above' }
return "$root/src/L2O.Cli/bin/Release/net10.0/l2o$($IsWindows ? '.exe' : '')"
