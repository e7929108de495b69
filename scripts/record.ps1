# scripts\record.ps1 LAB...|--all [--out DIR] [--port N] [--seconds N]: records labs on Windows. A lab's two programs run
# on this machine's loopback, Wireshark's dumpcap captures there by Npcap, and the capture is held against its ladder.
#   --all        every lab that loopback can show
#   --out DIR    the folder for the recordings (default: recordings)
#   --port N     the port the server listens on (default: 12345)
#   --seconds N  how long each capture lasts; dumpcap ends it by itself (default: 10)
# The programs are those of build\windows or build\msvc, or of an installed tcplab on the PATH; $env:TCPLAB names another.
# Exit status: 0 if every recording matched, 1 if one did not, 2 for a wrong call or where it cannot be recorded.
# Where scripts may not be run: powershell -ExecutionPolicy Bypass -File scripts\record.ps1 hello
#
# For Windows PowerShell 5.1 and PowerShell 7. It has no param() block, so that it is called as scripts/record is. Nobody
# has run it yet: docs/platforms.md.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$loopback = '\Device\NPF_Loopback'
$project = Split-Path -Parent $PSScriptRoot
$commandLine = ('scripts\record.ps1 ' + ($args -join ' ')).Trim()

function Say([string]$text) { [Console]::Error.WriteLine($text) }

# The house's form of an error.
function Fail([string]$what, [string]$hint) {
  Say "error: $what"
  if ($hint) { Say "hint: $hint" }
  exit 2
}

# --- What is asked for -----------------------------------------------------------------------------------------------

function Read-Number([string]$option, [string]$text, [int]$least, [int]$most) {
  $number = 0
  if (-not [int]::TryParse($text, [ref]$number) -or $number -lt $least -or $number -gt $most) {
    Fail "${option}: '$text' is not a number from $least to $most" 'scripts\record.ps1 --help tells more'
  }
  return $number
}

# --out=DIR is --out DIR. PowerShell makes an array of hello,half-close.
function Split-Words($words) {
  foreach ($word in $words) {
    foreach ($single in @($word)) {
      $text = [string]$single
      if ($text -match '^(--[a-z]+)=(.*)$') { $Matches[1]; $Matches[2] } else { $text }
    }
  }
}

function Read-Arguments($words) {
  $request = @{ Labs = @(); All = $false; Out = 'recordings'; Port = 12345; Seconds = 10 }
  $words = @(Split-Words $words)
  for ($i = 0; $i -lt $words.Count; $i++) {
    $word = $words[$i]
    if (@('--out', '--port', '--seconds', '--link') -contains $word) {
      $i++
      if ($i -ge $words.Count) { Fail "$word takes a value" 'scripts\record.ps1 --help tells more' }
      switch ($word) {
        '--out' { $request.Out = $words[$i] }
        '--port' { $request.Port = Read-Number '--port' $words[$i] 1 65535 }
        '--seconds' { $request.Seconds = Read-Number '--seconds' $words[$i] 1 600 }
        '--link' {
          if ($words[$i] -ne 'loopback') { Fail "there is no link '$($words[$i])' here" '--link loopback; the wire needs Linux' }
        }
      }
    } elseif ($word -eq '--all') {
      $request.All = $true
    } elseif (@('--times', '--jobs', '--json', '--delay', '--rule', '--no-rules', '--set') -contains $word) {
      Fail "$word is for recordings between two hosts, which need Linux" `
        'here: scripts\record.ps1 LAB... [--out DIR] [--port N]'
    } elseif (@('-h', '--help') -contains $word) {
      foreach ($line in Get-Content -LiteralPath $PSCommandPath) {
        if (-not $line.StartsWith('# ')) { break }
        $line.Substring(2) | Out-Host
      }
      exit 0
    } elseif ($word.StartsWith('-')) {
      Fail "there is no option '$word'" 'scripts\record.ps1 --help tells more'
    } elseif (-not ($request.Labs -contains $word)) {
      $request.Labs += $word
    }
  }
  if (-not $request.All -and $request.Labs.Count -eq 0) {
    Fail 'record which lab?' 'scripts\record.ps1 LAB..., or --all; `tcplab list --loopback` shows them'
  }
  if ($request.All -and $request.Labs.Count -gt 0) {
    Fail '--all, or the labs by name?' 'scripts\record.ps1 LAB..., or --all'
  }
  return $request
}

# --- What it needs ---------------------------------------------------------------------------------------------------

function Find-Program([string]$name, [string[]]$places) {
  foreach ($place in $places) {
    if (Test-Path -LiteralPath $place -PathType Leaf) { return (Resolve-Path -LiteralPath $place).ProviderPath }
  }
  $command = Get-Command $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
  if ($command) { return $command.Path }
  return $null
}

function Find-Tcplab {
  if ($env:TCPLAB) {
    $found = Find-Program $env:TCPLAB @($env:TCPLAB)
    if ($found) { return $found }
    Fail "there is no tcplab at $env:TCPLAB" '$env:TCPLAB names the program itself, tcplab.exe'
  }
  $builds = @('msvc\Release', 'msvc', 'windows', 'release')
  $found = Find-Program 'tcplab.exe' @($builds | ForEach-Object { Join-Path $project "build\$_\tcplab.exe" })
  if (-not $found) {
    Fail 'there is no tcplab.exe in build\ or on the PATH' 'build it (docs/platforms.md), or set $env:TCPLAB to where it is'
  }
  return $found
}

function Find-Dumpcap {
  $folders = @($env:ProgramFiles, ${env:ProgramFiles(x86)}) | Where-Object { $_ }
  $found = Find-Program 'dumpcap.exe' @($folders | ForEach-Object { Join-Path $_ 'Wireshark\dumpcap.exe' })
  if (-not $found) {
    Fail 'there is no dumpcap.exe on the PATH or in Program Files\Wireshark' `
      'install Wireshark, and Npcap with it: https://www.wireshark.org'
  }
  return $found
}

function Get-LabNames([string[]]$options) {
  $json = & $tcplab list --json @options
  if ($LASTEXITCODE -ne 0) { exit 2 }
  $labs = ($json -join "`n") | ConvertFrom-Json
  return @($labs | ForEach-Object { $_.name })
}

function Select-Labs($request) {
  $known = @(Get-LabNames @())
  $possible = @(Get-LabNames @('--loopback'))
  if ($request.All) {
    $leftOut = @($known | Where-Object { $possible -notcontains $_ })
    Say "note: left out $($leftOut.Count) of the labs, which need the wire between two hosts: $leftOut"
    return $possible
  }
  foreach ($lab in $request.Labs) {
    if ($known -notcontains $lab) {
      & $tcplab run $lab | Out-Host # it says which lab may be meant
      exit 2
    }
    if ($possible -notcontains $lab) {
      Fail "$lab cannot be recorded here: it needs the wire between two hosts, which needs Linux" `
        "read its reference recording: tcplab show labs\$lab\reference; ``tcplab list --loopback`` shows those that can"
    }
  }
  return $request.Labs
}

# --- A recording -----------------------------------------------------------------------------------------------------

# Start-Process joins the words with blanks and leaves quoting to its caller.
function Start-Program([string]$program, [string[]]$words, [string]$out, [string]$err) {
  $quoted = $words | ForEach-Object { if ($_ -match '[\s"]') { '"' + $_.Replace('"', '\"') + '"' } else { $_ } }
  $process = Start-Process -FilePath $program -ArgumentList $quoted -NoNewWindow -PassThru `
    -RedirectStandardOutput $out -RedirectStandardError $err
  $null = $process.Handle # without it, there is no exit code later
  return $process
}

function Get-Text([string]$path) {
  if (-not (Test-Path -LiteralPath $path)) { return '' }
  $stream = New-Object System.IO.FileStream($path, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::ReadWrite)
  $reader = New-Object System.IO.StreamReader($stream)
  try { return $reader.ReadToEnd() } finally { $reader.Dispose() }
}

function Stop-Tree($process) {
  if (-not $process.HasExited) { & cmd.exe /c "taskkill /T /F /PID $($process.Id) >nul 2>&1" }
}

# dumpcap captures once it names its file: then the filter is set and the adapter open.
function Start-Capture([string]$folder, $request) {
  $words = @('-i', $loopback, '-f', "tcp port $($request.Port)", '-a', "duration:$($request.Seconds)", '-P', '-q',
    '-w', (Join-Path $folder 'loopback.pcap'))
  $said = Join-Path $folder 'dumpcap.txt'
  $capture = Start-Program $dumpcap $words (Join-Path $folder 'dumpcap.out') $said
  $deadline = [DateTime]::UtcNow.AddSeconds(10)
  while ((Get-Text $said) -notmatch '(?m)^File: ') {
    if ($capture.HasExited -or [DateTime]::UtcNow -gt $deadline) {
      Stop-Tree $capture
      $lines = @((Get-Text $said) -split "`r?`n" | Where-Object { $_ })
      Fail "cannot record: dumpcap does not capture on ${loopback}: $($lines -join ' ')" `
        'install Npcap (https://npcap.com); `dumpcap -D` must list the adapter; if only administrators may capture, be one'
    }
    Start-Sleep -Milliseconds 50
  }
  return $capture
}

# The lab's two programs; what they say goes to programs.txt. They may take as long as the capture lasts.
function Invoke-Lab([string]$lab, [string]$folder, $request, $capture) {
  $errors = Join-Path $folder 'errors.txt'
  $pair = Start-Program $tcplab @('run', '--port', "$($request.Port)", $lab) (Join-Path $folder 'programs.txt') $errors
  $ended = $pair.WaitForExit(1000 * $request.Seconds)
  if (-not $ended -or $capture.HasExited) {
    Stop-Tree $pair
    Stop-Tree $capture
    Fail "${lab}: its programs had not ended when the capture did, after $($request.Seconds) s" 'a longer capture: --seconds N'
  }
  $said = Get-Text $errors
  if ($said) { Say $said.TrimEnd() }
  if ($pair.ExitCode -eq 2) {
    Stop-Tree $capture
    exit 2 # it has said why
  }
  return $pair.ExitCode
}

# dumpcap ends by itself, so that all it has captured is in the file.
function Wait-Capture([string]$folder, $capture, $request) {
  if (-not $capture.WaitForExit(1000 * ($request.Seconds + 10))) {
    Stop-Tree $capture
    Fail 'cannot record: dumpcap did not end in time' 'is there a newer Wireshark?'
  }
  $said = Get-Text (Join-Path $folder 'dumpcap.txt')
  if ($capture.ExitCode -ne 0) {
    Fail "cannot record: dumpcap ended with $($capture.ExitCode): $said" 'try it by hand: docs/platforms.md'
  }
  if ($said -notmatch '(?m)^Packets received/dropped on interface .*: \d+/0 ') {
    Say "warning: dumpcap does not say that it dropped nothing: $($said.Trim())"
  }
}

function Write-RecordingJson([string]$lab, [string]$folder, [bool]$matched) {
  $recording = [ordered]@{
    lab = $lab
    command = $commandLine
    date = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    kernel = [Environment]::OSVersion.VersionString
    versions = [ordered]@{
      tcplab = ([string](& $tcplab --version | Select-Object -First 1)) -replace '^tcplab ', ''
      dumpcap = [string](& $dumpcap --version | Select-Object -First 1)
      powershell = $PSVersionTable.PSVersion.ToString()
    }
    link = [ordered]@{ attachment = 'loopback' }
    matched = $matched
  }
  [IO.File]::WriteAllText((Join-Path $folder 'recording.json'), (ConvertTo-Json $recording -Depth 4) + "`n")
}

# Moves the recording to its place; an older one steps aside.
function Move-Recording([string]$lab, [string]$folder, [string]$out) {
  $place = Join-Path $out $lab
  if (Test-Path -LiteralPath $place) {
    $number = 1
    while (Test-Path -LiteralPath "$place.$number") { $number++ }
    [IO.Directory]::Move($place, "$place.$number")
    Say "note: the older recording is now $place.$number"
  }
  foreach ($name in @('dumpcap.txt', 'dumpcap.out', 'errors.txt')) { Remove-Item -LiteralPath (Join-Path $folder $name) }
  [IO.Directory]::Move($folder, $place)
  return $place
}

# All of it where it is the only one, else a line, and what differs.
function Write-Result([string]$lab, [string]$place, [bool]$matched, [int]$ran, [string[]]$verdict, [bool]$single) {
  if ($single) {
    & $tcplab show $place | Out-Host
    "`n" + ($verdict -join "`n") | Out-Host
  } elseif ($matched) {
    "$lab matched" | Out-Host
  } else {
    "$lab does not match`n" + ($verdict -join "`n") | Out-Host
  }
  if ($ran -ne 0) {
    "`nThe programs ended otherwise than the lab has it. They said:" | Out-Host
    Get-Text (Join-Path $place 'programs.txt') | Out-Host
  }
  if ($single) {
    "`nFiles in ${place}:" | Out-Host
    Get-ChildItem -LiteralPath $place | ForEach-Object { "  $($_.Name)" } | Out-Host
  }
}

# Records one lab and returns whether it matched.
function Invoke-Recording([string]$lab, [string]$out, $request, [bool]$single) {
  $folder = Join-Path $out ('.' + $lab + '.' + [Guid]::NewGuid().ToString('N'))
  $null = New-Item -ItemType Directory -Path $folder
  try {
    $capture = Start-Capture $folder $request
    $ran = Invoke-Lab $lab $folder $request $capture
    Wait-Capture $folder $capture $request
    $verdict = @(& $tcplab check --os windows $lab $folder)
    $matched = $LASTEXITCODE -eq 0 -and $ran -eq 0
    Write-RecordingJson $lab $folder $matched
    $place = Move-Recording $lab $folder $out
  } finally {
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue }
  }
  Write-Result $lab $place $matched $ran $verdict $single
  return $matched
}

trap { Say "error: $($_.Exception.Message)"; exit 2 }
$request = Read-Arguments $args
$tcplab = Find-Tcplab
$dumpcap = Find-Dumpcap
$labs = @(Select-Labs $request)
# .NET's idea of the current folder is not PowerShell's.
$out = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($request.Out)
$null = New-Item -ItemType Directory -Force -Path $out
$status = 0
foreach ($lab in $labs) {
  if (-not (Invoke-Recording $lab $out $request ($labs.Count -eq 1))) { $status = 1 }
}
exit $status
