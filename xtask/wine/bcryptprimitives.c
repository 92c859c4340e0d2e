/* Wine 8 lacks this library, which every Windows since Vista has. For the tests under Wine alone: it
   lies beside the program there, and is part of nothing that is handed out. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}
