#Requires -Version 5.1
#Requires -Modules ActiveDirectory
# @HEAD@
#
# Shows what it would do. With -Apply it writes, and asks before each object; add -Confirm:$false to
# be asked no more. An object is left alone if the old value is no longer there. What was done is
# added to the log. Names and values stand below in base64 of UTF-8, one change a line: attribute,
# distinguished name, old value, new value, with "-" for none. The table (.csv) shows them readably.
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [switch] $Apply,
    [string] $Server,
    [string] $LogPath
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
if (-not $Apply) { $WhatIfPreference = $true }
if (-not $LogPath) { $LogPath = Join-Path $PSScriptRoot '@NAME@.log' }

$changes = @'
@CHANGES@
'@

function ConvertFrom-Packed([string] $Packed) {
    if ($Packed -ceq '-') { return $null }
    return [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Packed))
}

function ConvertTo-Visible([string] $Text) {
    return [regex]::Replace($Text, '[\p{C}\p{Zl}\p{Zp}]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

function Write-Outcome([string] $Outcome, [string] $Name, [string] $Attribute, [string] $Old, [string] $New) {
    $moment = (Get-Date).ToUniversalTime().ToString('o')
    $cells = @($moment, $Outcome, $Name, $Attribute, $Old, $New) | ForEach-Object { ConvertTo-Visible $_ }
    $line = $cells -join ' | '
    Write-Output $line
    Add-Content -LiteralPath $LogPath -Value $line -Encoding UTF8 -WhatIf:$false -Confirm:$false
}

$common = @{}
if ($Server) { $common['Server'] = $Server }
$left = 0

foreach ($line in ($changes -split '\r?\n')) {
    if (-not $line) { continue }
    $attribute, $packedName, $packedOld, $packedNew = $line -split ' '
    $name = ConvertFrom-Packed $packedName
    $old = ConvertFrom-Packed $packedOld
    $new = ConvertFrom-Packed $packedNew
    try {
        $object = Get-ADObject -Identity $name -Properties $attribute @common
        $current = @($object[$attribute] | Where-Object { $null -ne $_ })
        $isList = $attribute -ceq 'proxyAddresses'
        $isChanged = if ($null -ne $old) { $current -cnotcontains $old }
            elseif ($isList) { $current -ccontains $new }
            else { $current.Count -gt 0 }
        if ($isChanged) {
            $left++
            Write-Outcome 'left alone, the value has changed' $name $attribute $old $new
            continue
        }
        $write = @{ Identity = $object.ObjectGUID }
        if ($null -ne $old) { $write['Remove'] = @{ $attribute = $old } }
        if ($null -ne $new) { $write['Add'] = @{ $attribute = $new } }
        $action = ConvertTo-Visible ('{0}: {1} -> {2}' -f $attribute, $old, $new)
        if ($PSCmdlet.ShouldProcess((ConvertTo-Visible $name), $action) -and $Apply) {
            Set-ADObject @write @common -Confirm:$false
            Write-Outcome 'written' $name $attribute $old $new
        }
    }
    catch {
        $left++
        Write-Outcome ('failed: ' + $_.Exception.Message) $name $attribute $old $new
    }
}

if ($left -gt 0) {
    Write-Warning ('{0} changes were not made; see {1}' -f $left, $LogPath)
    exit 1
}
